// What is typed into "Authorize" ends with this page: other pages of this origin can read the browser's storage.
try {
  // Version 0.1 kept it there.
  localStorage.removeItem('authorized');
} catch {
  // The browser keeps nothing for this site.
}
// Swagger UI takes every fragment for one of its own, and scrolls to the top for what it does not know.
window.linkedTo = /^#[\w-]+$/.test(location.hash) ? location.hash : '';
window.restShown = new Promise((onComplete) => {
  window.ui = SwaggerUIBundle({
    url: '/openapi.json',
    dom_id: '#docs',
    deepLinking: true,
    persistAuthorization: false,
    displayRequestDuration: true,
    validatorUrl: null,
    onComplete,
  });
});
