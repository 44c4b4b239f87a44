// Gives a text to the person as a file, in the folder that the browser or the desktop uses.

export function download(name: string, content: { readonly type: string; readonly text: string }): void {
  const url = URL.createObjectURL(new Blob([content.text], { type: content.type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has begun when the click is over, but reads the blob a moment longer.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
