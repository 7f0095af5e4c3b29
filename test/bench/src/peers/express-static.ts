import express from 'express'
import { directory, listenAndPrint } from './listen-and-print.ts'

listenAndPrint(express().use(express.static(directory)))
