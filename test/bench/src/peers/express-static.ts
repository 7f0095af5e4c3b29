import express from 'express'
import { directory, listenAndTell } from './listen-and-tell.ts'

listenAndTell(express().use(express.static(directory)))
