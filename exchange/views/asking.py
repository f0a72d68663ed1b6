from django.http import HttpResponse


def home(request):
    return HttpResponse("")


def school(request, urn):
    return HttpResponse("")


def request(request, pk):
    return HttpResponse("")
