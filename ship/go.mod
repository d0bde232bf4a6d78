// The tests of what is shipped. A module of its own, so that the users of
// thulium_exporter inherit nothing of what they need.
module thulium_exporter/ship

go 1.26.0

require thulium_exporter v0.0.0

replace thulium_exporter => ../
