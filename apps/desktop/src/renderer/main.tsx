// Entry of main.html.
import { mainCatalogs } from './messages/main-catalogs.ts';
import { mount } from './mount.tsx';
import { MainWindow } from './window/main-window.tsx';

mount(<MainWindow />, mainCatalogs);
