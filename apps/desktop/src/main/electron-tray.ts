// Tray and notifications as Electron has them.
import { Menu, nativeImage, nativeTheme, Notification, Tray } from 'electron';
import type { MenuItemConstructorOptions, NativeImage } from 'electron';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NoticePort } from './announcer.ts';
import type { TrayPort } from './tray/tray.ts';
import type { TrayAction, TrayIcon, TrayItem, TrayModel } from './tray/tray-model.ts';

export interface ElectronTrayOptions {
  /** Of the built icons. */
  readonly icons: string;
  /** XDG_CURRENT_DESKTOP. */
  readonly currentDesktop: string | undefined;
}

/** The one menu that is shown, and what its entries do. */
export function electronTray({ icons, currentDesktop }: ElectronTrayOptions): TrayPort {
  let tray: Tray | undefined;
  let last: TrayModel | undefined;
  const image = (icon: TrayIcon): NativeImage => trayImage(icons, icon, hasDarkPanel(currentDesktop));
  nativeTheme.on('updated', () => {
    if (last !== undefined) tray?.setImage(image(last.icon));
  });
  return {
    show: (model, choose) => {
      tray ??= new Tray(image(model.icon));
      if (model.icon !== last?.icon) tray.setImage(image(model.icon));
      last = model;
      tray.setToolTip(model.tooltip);
      tray.setContextMenu(Menu.buildFromTemplate(model.items.map((item) => menuItem(item, choose))));
      tray.removeAllListeners('click');
      tray.on('click', () => choose({ kind: model.icon === 'asking' ? 'questions' : 'main' }));
    },
    end: () => tray?.destroy(),
  };
}

/** GNOME's panel is dark, whatever its windows are. */
function hasDarkPanel(currentDesktop: string | undefined): boolean {
  return /gnome/i.test(currentDesktop ?? '') || nativeTheme.shouldUseDarkColors;
}

const SIZE = 24;

function trayImage(icons: string, icon: TrayIcon, isOnDark: boolean): NativeImage {
  const image = nativeImage.createEmpty();
  for (const scaleFactor of [1, 2]) {
    const size = SIZE * scaleFactor;
    const file = `tray-${icon}-${isOnDark ? 'dark' : 'light'}-${size}.png`;
    image.addRepresentation({ scaleFactor, buffer: readFileSync(join(icons, file)) });
  }
  return image;
}

function menuItem(item: TrayItem, choose: (action: TrayAction) => void): MenuItemConstructorOptions {
  switch (item.kind) {
    case 'line':
      return { type: 'separator' };
    case 'text':
      return { label: item.label, enabled: false };
    case 'menu':
      return { label: item.label, submenu: item.items.map((inner) => menuItem(inner, choose)) };
    case 'action':
      return {
        label: item.label,
        click: () => choose(item.action),
        ...(item.isChecked !== undefined && { type: 'checkbox', checked: item.isChecked }),
      };
  }
}

export function electronNotices(icon: string): NoticePort {
  return {
    show: ({ title, body, isUrgent, buttons }, onButton) => {
      const notification = new Notification({
        title,
        body,
        icon,
        urgency: isUrgent ? 'critical' : 'normal',
        timeoutType: isUrgent ? 'never' : 'default',
        actions: buttons.map((text) => ({ type: 'button', text })),
      });
      notification.on('click', () => onButton(undefined));
      notification.on('action', (event) => onButton(event.actionIndex));
      notification.show();
      return () => notification.close();
    },
  };
}
