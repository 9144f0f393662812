"""Everything that names a person: given out, or erased."""

from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.personal_data import Refused, erase, export, find, person_of, refusal


class Command(BaseCommand):
    """`personal_data export|erase ADDRESS [--name NAME] [--file FILE] [--write]`."""

    help = (
        "Trouve tout ce qui nomme une personne. « export » l’écrit dans un ZIP ; « erase » montre ce "
        "qu’il ferait, et ne le fait qu’avec --write."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=("export", "erase"))
        parser.add_argument("email")
        parser.add_argument(
            "--name", default="", help="prénom et nom, s’ils sont cités sans compte"
        )
        parser.add_argument("--file", help="fichier ZIP de l’export")
        parser.add_argument("--write", action="store_true", help="effacer pour de bon")

    def handle(
        self, *args, what: str, email: str, name: str, file: str | None, write: bool, **options
    ) -> None:
        """Prints one line a rule; ends non-zero when it is refused."""
        try:
            person = person_of(email, name)
        except ValidationError as error:
            raise CommandError(error.messages[0]) from error
        if what == "export":
            path = Path(file or "donnees-personnelles.zip")
            if path.exists():
                raise CommandError(f"{path} existe déjà.")
            path.touch(mode=0o600)
            path.write_bytes(export(person))
            self.stdout.write(f"{path} est écrit : remettez-le à la personne, puis effacez-le.")
            return
        try:
            found = erase(person) if write else find(person)
        except Refused as error:
            raise CommandError(str(error)) from error
        for each in found:
            why = f" – {each.rule.why}" if each.rule.why else ""
            self.stdout.write(f"{each.number} × {each.label} : {each.rule.erase.value}{why}")
        if not found:
            self.stdout.write("Rien ne nomme cette personne.")
        elif write:
            self.stdout.write("C’est fait. Les sauvegardes gardent ces données jusqu’à leur fin.")
        else:
            self.stdout.write(refusal(person) or "Rien n’est changé. Avec --write, c’est fait.")
