// First in the body, so that the menu does not jump. A file of its own: the policy forbids inline scripts.
document.body.classList.add("js-enabled", "govuk-frontend-supported");
