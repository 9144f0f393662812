"""JSON."""

from django.http import JsonResponse


def localities(request):
    return JsonResponse({})


def formations(request):
    return JsonResponse({})


def geocode(request):
    return JsonResponse({})
