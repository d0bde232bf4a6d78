module thulium_exporter

go 1.26
