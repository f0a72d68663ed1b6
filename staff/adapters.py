from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        """People come by invitation, never by themselves."""
        return False

    def clean_email(self, email):
        return super().clean_email(email.lower())
