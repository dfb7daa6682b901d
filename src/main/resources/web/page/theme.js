// Before the first paint, so that a chosen theme does not flash in the other one.
try {
  const theme = localStorage.getItem('fastroom:theme');
  document.documentElement.dataset.theme = ['light', 'dark'].includes(theme) ? theme : 'auto';
  // Version 0.1 of /docs kept here what was typed into "Authorize".
  localStorage.removeItem('authorized');
} catch {
  // The browser keeps nothing for this site.
  document.documentElement.dataset.theme = 'auto';
}
