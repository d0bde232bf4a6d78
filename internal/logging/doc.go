// Package logging is the log of the daemon: one format for its own lines and
// those of libraries, and a writer that never blocks its callers.
package logging
