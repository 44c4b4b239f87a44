// Bytes that go to a map or come from one, with the view through which the readers and writers of gen/ see them.

export interface BytesWithView {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

export function viewOf(size: number): BytesWithView {
  const bytes = new Uint8Array(size);
  return { bytes, view: new DataView(bytes.buffer) };
}
