import '../styles/tokens.css';
import '../styles/base.css';
import { mount } from 'svelte';
import { Language } from '../ui/language.svelte.ts';
import App from './App.svelte';
import { QuarantineList } from './quarantine-list.svelte.ts';

const target = document.getElementById('app');
if (target) mount(App, { target, props: { list: new QuarantineList(), language: new Language() } });
