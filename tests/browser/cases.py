"""Signing in as people do."""

PASSWORD = "a long fictional password"


def sign_in(visitor, email, password=PASSWORD):
    visitor.fill("Email address", email)
    visitor.fill("Password", password)
    visitor.press("Sign in")
