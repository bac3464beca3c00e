/** What can lie over the page; one at a time. */
export type Overlay = 'menu' | 'palette' | 'shortcuts' | 'notifications' | 'kill-switch';
