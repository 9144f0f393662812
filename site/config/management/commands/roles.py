"""What each role may do, and what the groups have in truth."""

from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from config.roles import ROLES, differences, groups_of, reset


class Command(BaseCommand):
    """`roles [--reset GROUP]`."""

    help = "Montre les rôles et ce qui diffère de leur table ; --reset remet un groupe."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reset", metavar="GROUPE", help="nom du groupe à remettre")

    @transaction.atomic
    def handle(self, *args, **options) -> None:
        """Print the table; change a group only when its name is given."""
        if name := options["reset"]:
            role = next((each for each in ROLES if each.group == name), None)
            if role is None:
                raise CommandError(f"Ce groupe n’est pas dans la table : {name}.")
            group = Group.objects.filter(name=name).first()
            if group is None:
                raise CommandError("Ce groupe n’existe pas encore : lancez bootstrap_sites.")
            reset(group, role)
            self.stdout.write(f"{name} : comme dans la table.")
            return
        for role in ROLES:
            self.stdout.write(f"{role.key} : {role.task}")
            if names := groups_of(role):
                self.stdout.write(f"  groupes : {', '.join(names)}")
            group = Group.objects.filter(name=role.group).first() if role.group else None
            if group is None:
                continue
            missing, more = differences(group, role)
            for title, found in (("retiré", missing), ("ajouté", more)):
                if found:
                    self.stdout.write(f"  {title} : {', '.join(sorted(found))}")
