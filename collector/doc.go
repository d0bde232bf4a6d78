// Package collector turns answers of a Thulium system into Prometheus metrics.
//
// A [Source] says what is known of one system, either by asking at once
// ([OnScrape]) or from what a background task fetched ([Poller]). [Metrics]
// renders that [Snapshot] and does no I/O.
package collector
