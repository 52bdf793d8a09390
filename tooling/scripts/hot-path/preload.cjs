// Node runs what --require names in worker threads of every kind; what --import names it leaves out where a worker's source is a string.
import('./probe.mjs')
