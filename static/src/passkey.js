// A passkey that could not be used is said on the page, not in the console. allauth's own files do the rest.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const button = document.querySelector("#passkey_login, #mfa_webauthn_add, #mfa_webauthn_reauthenticate, #mfa_webauthn_authenticate");
  let words = document.getElementById("passkey-error");
  if (!words) {
    words = document.createElement("p");
    words.id = "passkey-error";
    words.className = "govuk-error-message";
    words.setAttribute("role", "alert");
    (button.closest(".govuk-button-group") || button).before(words);
  }
  words.textContent = "The passkey was not used. Try again, or go on in another way.";
});
