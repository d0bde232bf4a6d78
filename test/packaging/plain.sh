#!/bin/sh
# Takes out of rendered manifests what only Helm wants in them.
echo '# Made from the chart by "make manifests"; change that instead.'
sed '/^# Source:/d; /app.kubernetes.io\/managed-by:/d; /helm.sh\/chart:/d'
