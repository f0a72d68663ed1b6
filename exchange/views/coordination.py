from django.http import HttpResponse


def alliance(request, slug):
    return HttpResponse("")
