"""How does the first registrar get in?"""

import datetime as dt

import click
from flask.cli import with_appcontext

from dualdegree.accounts import service as accounts
from dualdegree.core.policy import Role, operator
from dualdegree.db import transaction
from dualdegree.programmes import service as programmes


@click.command()
@click.argument("email")
@click.option("--name", default="", help="The person's name, as pages show it; for somebody new.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--institution", required=True, help="Where they hold the role, such as upv.es.")
@click.option("--withdraw", is_flag=True, help="Take the role away instead; the account stays.")
@click.option("--password", envvar="DUALDEGREE_PASSWORD", help="Asked for when it is not given.")
@with_appcontext
def person(email: str, name: str, role: str, institution: str, password: str | None, *, withdraw: bool) -> None:
    """Let the person with this EMAIL sign in, or give a known person another role. A repeat changes nothing."""
    if withdraw:
        _withdraw(email, Role(role), institution)
        return
    if password is None:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    with transaction() as session:
        where = programmes.institution(session, institution)
        known = accounts.person_of(session, email)
        if known is None and not name:
            raise click.UsageError("Nobody has this address yet; give the person's --name.")
        somebody = known or accounts.add_person(session, email=email, name=name, password=password)
        accounts.grant_role(session, operator(institution), somebody, Role(role), where.id, at=dt.datetime.now(dt.UTC))
    click.echo(f"{email} is {role} at {institution}{' (the password is as it was)' if known else ''}.")


def _withdraw(email: str, role: Role, institution: str) -> None:
    with transaction() as session:
        where = programmes.institution(session, institution)
        known = accounts.person_of(session, email)
        if known is None:
            raise click.UsageError(f"Nobody has the address {email}.")
        accounts.withdraw_role(session, operator(institution), known, role, where.id, at=dt.datetime.now(dt.UTC))
    click.echo(f"{email} is no {role.value} at {institution}.")
