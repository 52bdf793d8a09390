export { createSystemReader, type SystemReader, type SystemReaderOptions } from './system/system-reader.ts'
