"""Which page hands a learning agreement out to other systems?"""

from flask import Blueprint, make_response
from werkzeug.wrappers import Response

from dualdegree.core.policy import Permission
from dualdegree.db import db
from dualdegree.learning_agreements.exporting import mobility_of
from dualdegree.learning_agreements.formats import ewp
from dualdegree.learning_agreements.service import stay_of
from dualdegree.requests.models import LearningAgreement
from dualdegree.web.pages import page

blueprint = Blueprint("export", __name__)


@page(blueprint, "/recognition/stays/<int:agreement_id>/ewp.xml", needs=Permission.SEE_RECOGNITION, about=stay_of)
def learning_agreement(agreement: LearningAgreement) -> Response:
    """The stay's learning agreement as XML of Erasmus Without Paper."""
    mobility = mobility_of(db.session(), agreement)
    response = make_response(ewp.written(mobility))
    response.headers["Content-Type"] = "application/xml; charset=utf-8"
    response.headers["Content-Disposition"] = f"attachment; filename={mobility.id}.xml"
    return response
