// Puts on the saved theme before anything is drawn; a module would come too late and flash.
(function () {
  try {
    const saved = JSON.parse(localStorage.getItem('griddesk.preferences') || '{}');
    const light =
      saved.theme === 'light' || (saved.theme === 'system' && matchMedia('(prefers-color-scheme: light)').matches);
    if (light) document.documentElement.dataset.theme = 'light';
    if (saved.palette === 'colour-blind') document.documentElement.dataset.palette = saved.palette;
  } catch {
    // Unreadable settings: the default theme.
  }
})();
