import '../styles/tokens.css';
import '../styles/base.css';
import { mount } from 'svelte';
import { HallFeed } from '../live/hall-feed.svelte.ts';
import { nameOfPath } from '../live/halls.ts';
import { Language } from '../ui/language.svelte.ts';
import App from './App.svelte';

const target = document.getElementById('app');
if (target) {
  mount(App, { target, props: { feed: new HallFeed(nameOfPath(location.pathname)), language: new Language() } });
}
