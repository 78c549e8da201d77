"""What does the API say about itself?"""

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from countermark.entrypoints.api import openapi
from countermark.entrypoints.api.door import ANYONE, Example, api_door
from countermark.entrypoints.api.routing import ApiRouter

router = ApiRouter(tags=["about"])


@router.get("/openapi.json", response=dict)
@api_door(roles=ANYONE, example=Example("anyone"))
def describe_api(request: HttpRequest) -> HttpResponse:
    """The description of this API, in OpenAPI 3.1."""
    with translation.override("en"):
        return HttpResponse(openapi.served(request.api), content_type="application/json")
