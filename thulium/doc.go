// Package thulium reads the statistics of outbound campaigns from the REST API
// of a Thulium contact centre. It knows HTTP and JSON and nothing of metrics.
//
// The vendor documents the endpoint, but not every answer it can give. Where
// the documentation is silent the package does not guess: an entry that cannot
// be used is rejected and counted, an answer of another shape is an [Error]
// that says what came instead.
package thulium
