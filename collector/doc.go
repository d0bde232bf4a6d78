// Package collector turns responses of a Thulium system into Prometheus metrics.
//
// A [Source] provides what is known of one system, either by a request for each
// scrape ([OnScrape]) or from what a background task fetched ([Poller]). Both add
// to the system's [History] and make their requests under a watchdog ([Watch]).
// [Metrics] renders a [Snapshot] and does no I/O.
package collector
