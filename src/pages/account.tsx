import { Account } from '#features/account/account.tsx';
import { SignInDialog } from '#features/sources/sign-in-dialog.tsx';

export function AccountPage() {
  return <Account signIn={(source, onClose) => <SignInDialog source={source} onClose={onClose} />} />;
}
