// What the desktop needs of Electron, as narrow as it uses it. electron-*.ts fill these in; tests have fakes.

export interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface WindowOptions {
  readonly name: 'prompt' | 'main';
  readonly url: string;
  /** Without a place the window system chooses one. */
  readonly bounds: Partial<Bounds> & Pick<Bounds, 'width' | 'height'>;
  readonly isMaximized?: boolean;
}

export interface WindowPort {
  /** Of its web contents. */
  readonly id: number;
  /** To the front, with the keyboard. */
  readonly show: () => void;
  /** On the screen, above others where that can be had, without taking the keyboard from whoever has it. */
  readonly showQuietly: () => void;
  readonly hide: () => void;
  readonly destroy: () => void;
  readonly load: (url: string) => void;
  readonly isVisible: () => boolean;
  readonly isFocused: () => boolean;
  readonly bounds: () => Bounds;
  readonly setBounds: (bounds: Bounds) => void;
  readonly isMaximized: () => boolean;
}

export interface WindowEvents {
  /** A person closes the window; false keeps it. */
  readonly onClose: () => boolean;
  readonly onClosed: () => void;
  readonly onBlur: () => void;
  /** What drew the page has crashed or was killed. */
  readonly onGone: () => void;
}

export interface Screen {
  /** The part of the display where a person works that panels leave free. */
  readonly workArea: () => Bounds;
  readonly workAreas: () => readonly Bounds[];
}

export interface Shells {
  readonly createWindow: (options: WindowOptions, events: WindowEvents) => WindowPort;
  readonly screen: Screen;
}
