"""What the admin form of a publication checks beyond its fields."""

from home.desk.reviews import BasePageForm

KEPT = "Un correctif publié ne peut être ni effacé ni changé : ajoutez-en un autre."


class PublicationPageForm(BasePageForm):
    """A correction that readers have seen stays as it was."""

    def is_valid(self) -> bool:
        """Also look at the correction notices, whose forms are beside this one."""
        is_valid = super().is_valid()
        formset = self.formsets.get("corrections")
        for form in formset.forms if formset is not None else ():
            if form.instance.pk and form.instance.published_at and self._was_touched(form, formset):
                form.add_error(None, KEPT)
                is_valid = False
        return is_valid

    @staticmethod
    def _was_touched(form, formset) -> bool:  # noqa: ANN001
        if formset._should_delete_form(form):
            return True
        return bool({"date", "text"} & set(form.changed_data))
