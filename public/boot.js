// Runs while the dashboard's code is still on its way: a module would come too late for either job.

// The saved theme, before anything is drawn.
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

// The round trips that the first price waits for: a token from the session's cookie, and the engine's socket.
// `src/app/head-start.ts` takes both over.
(function () {
  if (location.pathname === '/sign-in') return;
  const token = fetch('/api/v2/auth/refresh', {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  // A failure is heard of by whoever takes it over.
  token.catch(() => {});
  const frames = [];
  const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/ws`, 'zigquant-v2');
  socket.onmessage = ({ data }) => frames.push(data);
  window.griddeskHeadStart = { token, socket, frames };
})();
