import '../styles/tokens.css';
import '../styles/light.css';
import '../styles/base.css';
import '../styles/desk.css';
import { mount } from 'svelte';
import { nameOfPath } from '../live/halls.ts';
import { Language } from '../ui/language.svelte.ts';
import App from './App.svelte';
import { RegionDesk } from './region-desk.svelte.ts';

const target = document.getElementById('app');
if (target) {
  mount(App, { target, props: { desk: new RegionDesk(nameOfPath(location.pathname)), language: new Language() } });
}
