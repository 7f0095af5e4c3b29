// Before the first paint, so that the page does not change its colours. Written in settings/preferences.ts.
try {
  document.documentElement.dataset.theme = JSON.parse(localStorage.tintype).theme
} catch {}
