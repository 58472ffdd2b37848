import '../styles/tokens.css';
import '../styles/light.css';
import '../styles/base.css';
import '../styles/desk.css';
import { mount } from 'svelte';
import { Language } from '../ui/language.svelte.ts';
import App from './App.svelte';
import { FaultDesk } from './fault-desk.svelte.ts';

const target = document.getElementById('app');
if (target) mount(App, { target, props: { desk: new FaultDesk(), language: new Language() } });
