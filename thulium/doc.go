// Package thulium reads the statistics of outbound campaigns from the REST API
// of a Thulium contact centre. It knows HTTP and JSON and nothing of metrics.
//
// The vendor documents the endpoint, but not every response. The package does not
// guess: an invalid entry is rejected and counted, and a response of another shape
// is an [Error] that describes it.
package thulium
