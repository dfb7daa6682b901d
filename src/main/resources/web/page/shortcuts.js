/** Keys that work anywhere on the page, also while something is being typed. */

/** Ctrl and K; with Apple's keyboards ⌘ and K, since there Ctrl and K belong to the text field. */
export function onSearchKey(search) {
  const apple = /^(Mac|iP)/.test(navigator.platform);
  document.addEventListener('keydown', (e) => {
    const [wanted, other] = apple ? [e.metaKey, e.ctrlKey] : [e.ctrlKey, e.metaKey];
    if (!wanted || other || e.altKey || e.shiftKey || e.isComposing || e.key.toLowerCase() !== 'k') return;
    // What lies over the page is to be finished first.
    if (document.querySelector('dialog:modal:not(#finder)')) return;
    e.preventDefault();
    search();
  });
}
