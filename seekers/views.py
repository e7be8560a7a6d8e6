from django.http import Http404


def ask(request, slug=""):
    raise Http404


def question_list(request):
    raise Http404
