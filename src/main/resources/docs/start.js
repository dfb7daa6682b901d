// What is typed into "Authorize" ends with this page: other pages of this origin can read the browser's storage.
try {
  // Version 0.1 kept it there.
  localStorage.removeItem('authorized');
} catch {
  // The browser keeps nothing for this site.
}
window.ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  persistAuthorization: false,
  displayRequestDuration: true,
  validatorUrl: null,
});
