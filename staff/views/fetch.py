"""What several views fetch; to fetch is the check of who may see it."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from schools.models import School

from .. import rules as people


def fetch_school(user, urn):
    """The school, for those who may see its pages; 404 for everybody else."""
    school = get_object_or_404(School, pk=urn)
    if not people.sees_school(user, school):
        raise Http404
    return school
