import { createRoot } from 'react-dom/client';
import '#ui/styles/tokens.css';
import '#ui/styles/base.css';
import { App } from './app.tsx';
import { followPreferences } from './appearance.ts';
import { createDesk } from './desk.ts';
import { preloadPage } from './pages.ts';
import { Providers } from './providers.tsx';
import { enterByLink } from './sign-in-link.ts';

// The token, the socket, the language and the page's code are all under way before React draws its first frame.
const desk = createDesk();
preloadPage(location.pathname);
const texts = followPreferences(desk.preferences);
void enterByLink(desk.session).then(() => desk.client.connect());
void texts.finally(() => {
  const root = document.getElementById('root');
  if (root === null) throw new Error('index.html has no #root');
  createRoot(root).render(
    <Providers desk={desk}>
      <App />
    </Providers>,
  );
});
