"""Sign-in elsewhere by OpenID Connect, where the environment names a client: DfE Sign-in, Google, Microsoft.

Who may do what stays here: from elsewhere comes who somebody is, never a role.
"""

import re
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

DFE = "https://oidc.signin.education.gov.uk"
GOOGLE = "https://accounts.google.com"
MICROSOFT = "https://login.microsoftonline.com/{tenant}/v2.0"
TENANT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)


def apps(env):
    """allauth's list of providers. An address links to an account only where the issuer is in OPENID_TRUSTED."""
    trusted = {issuer.rstrip("/") for issuer in env.list("OPENID_TRUSTED", default=[])}
    found = []
    if client := env("DFE_SIGN_IN_CLIENT_ID", default=""):
        issuer = env("DFE_SIGN_IN_ISSUER", default=DFE)
        found.append(_app("dfe", "DfE Sign-in", client, env("DFE_SIGN_IN_SECRET"), issuer))
    if client := env("GOOGLE_CLIENT_ID", default=""):
        found.append(_app("google", "Google", client, env("GOOGLE_SECRET"), GOOGLE))
    if client := env("MICROSOFT_CLIENT_ID", default=""):
        tenants = [tenant.lower() for tenant in env.list("MICROSOFT_TENANTS", default=[])]
        found += [_of_tenant(tenant, client, env("MICROSOFT_SECRET"), tenants) for tenant in tenants]
        if not tenants:
            raise ImproperlyConfigured("MICROSOFT_TENANTS names the tenants whose people may sign in: give their ids")
    for app in found:
        app["settings"]["is_trusted"] = app["settings"]["server_url"] in trusted
    return found


def _of_tenant(tenant, client, secret, tenants):
    """One provider a tenant: with an issuer of its own nobody of another tenant gets in. "common" is no tenant."""
    if not TENANT.fullmatch(tenant):
        raise ImproperlyConfigured(f"MICROSOFT_TENANTS: {tenant!r} is not the id of a tenant")
    name = "Microsoft" if len(tenants) == 1 else f"Microsoft ({tenant[:8]})"
    return _app(f"microsoft-{tenant[:8]}", name, client, secret, MICROSOFT.format(tenant=tenant), tenant=tenant)


def _app(key, name, client, secret, issuer, **facts):
    return {
        "provider_id": key,
        "name": name,
        "client_id": client,
        "secret": secret,
        "settings": {"server_url": issuer.rstrip("/"), "oauth_pkce_enabled": True, **facts},
    }


def origins(apps):
    """Where the sign-in form may lead: a form's redirects are under the same policy as the form."""
    found = {f"https://{urlsplit(app['settings']['server_url']).netloc}" for app in apps}
    if any(origin.endswith("signin.education.gov.uk") for origin in found):
        found.add("https://*.signin.education.gov.uk")  # it asks for the password on another of its hosts
    return sorted(found)
