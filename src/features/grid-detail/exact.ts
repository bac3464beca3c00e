/** The exact decimal of a figure where the engine sends one, else the JSON number. */
export function exactOf<T extends { readonly exact?: Readonly<Record<string, string>> | undefined }>(data: T) {
  return (name: keyof T & string): string | number | undefined => {
    const exact = data.exact?.[name];
    if (exact !== undefined) return exact;
    const value = data[name];
    return typeof value === 'number' ? value : undefined;
  };
}
