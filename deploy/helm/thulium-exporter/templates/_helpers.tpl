{{- define "thulium-exporter.name" -}}
{{- default .Chart.Name .Values.nameOverride -}}
{{- end -}}

{{- define "thulium-exporter.fullname" -}}
{{- $name := include "thulium-exporter.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- include "thulium-exporter.short" .Values.fullnameOverride -}}
{{- else if contains $name .Release.Name -}}
{{- include "thulium-exporter.short" .Release.Name -}}
{{- else -}}
{{- include "thulium-exporter.short" (printf "%s-%s" .Release.Name $name) -}}
{{- end -}}
{{- end -}}

{{/* At most 52 characters: a StatefulSet's pods carry its name and a hash of 10
     characters in a label of 63. What is cut off is replaced by a hash. */}}
{{- define "thulium-exporter.short" -}}
{{- if gt (len .) 52 -}}
{{- printf "%s-%s" (trunc 43 . | trimSuffix "-") (sha256sum . | trunc 8) -}}
{{- else -}}
{{- . -}}
{{- end -}}
{{- end -}}

{{- define "thulium-exporter.selectorLabels" -}}
app.kubernetes.io/name: {{ include "thulium-exporter.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{/* The labels of the chart and .labels, which never replace those. */}}
{{- define "thulium-exporter.labels" -}}
{{- $labels := include "thulium-exporter.selectorLabels" .root | fromYaml -}}
{{- $_ := set $labels "app.kubernetes.io/version" (.root.Chart.AppVersion | trunc 63) -}}
{{- $_ := set $labels "app.kubernetes.io/managed-by" .root.Release.Service -}}
{{- $_ := set $labels "helm.sh/chart" (printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63) -}}
{{- toYaml (merge $labels (.labels | default dict) (.root.Values.commonLabels | default dict)) -}}
{{- end -}}

{{/* Metadata of an object; only .root is required. */}}
{{- define "thulium-exporter.metadata" -}}
name: {{ .name | default (include "thulium-exporter.fullname" .root) | quote }}
namespace: {{ .namespace | default .root.Release.Namespace | quote }}
labels:
  {{- include "thulium-exporter.labels" . | nindent 2 }}
{{- with merge dict (.annotations | default dict) (.root.Values.commonAnnotations | default dict) }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "thulium-exporter.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "thulium-exporter.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "thulium-exporter.image" -}}
{{- $image := .Values.image -}}
{{- $registry := $image.registry | default (.Values.global).imageRegistry -}}
{{- with $registry }}{{ trimSuffix "/" . }}/{{ end -}}
{{- if $image.digest -}}
{{ $image.repository }}@{{ $image.digest }}
{{- else -}}
{{ $image.repository }}:{{ $image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- define "thulium-exporter.passwordSecret" -}}
{{- if .Values.passwords.existingSecret -}}
{{- .Values.passwords.existingSecret -}}
{{- else if .Values.passwords.create -}}
{{- include "thulium-exporter.fullname" . -}}
{{- end -}}
{{- end -}}

{{/* Whether a configuration file describes the systems. */}}
{{- define "thulium-exporter.hasConfig" -}}
{{- if or .Values.config .Values.existingConfig.secret }}true{{ end -}}
{{- end -}}

{{/* The names of the systems in config, as YAML. The text itself is never rewritten. */}}
{{- define "thulium-exporter.systems" -}}
{{- dict "names" (keys ((.Values.config | fromYaml).systems | default dict) | sortAlpha) | toYaml -}}
{{- end -}}

{{/* The system whose metrics are at /metrics; empty if there are several, or if
     the chart cannot know. */}}
{{- define "thulium-exporter.system" -}}
{{- if .Values.thulium.system -}}
{{- .Values.thulium.system -}}
{{- else if .Values.demo -}}
demo
{{- else if .Values.thulium.url -}}
{{- regexReplaceAll "^https?://(www\\.)?([^./:]+).*$" .Values.thulium.url "${2}" -}}
{{- else -}}
{{- $systems := (include "thulium-exporter.systems" . | fromYaml).names -}}
{{- if eq (len $systems) 1 }}{{ first $systems }}{{ end -}}
{{- end -}}
{{- end -}}

{{- define "thulium-exporter.scheme" -}}
{{- ternary "https" "http" .Values.web.tls -}}
{{- end -}}

{{/* Where people find the status page; empty without an ingress. */}}
{{- define "thulium-exporter.externalUrl" -}}
{{- with .Values.ingress -}}
{{- if .enabled -}}
{{ ternary "https" "http" (ne .tlsSecret "") }}://{{ .host }}{{ trimSuffix "/" .path }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The port of thulium.url; empty without a URL. */}}
{{- define "thulium-exporter.urlPort" -}}
{{- with .Values.thulium.url -}}
{{- regexFind ":[0-9]+" (regexReplaceAll "^https?://" . "") | trimPrefix ":" | default (ternary "443" "80" (hasPrefix "https:" .)) -}}
{{- end -}}
{{- end -}}

{{/* The whole seconds of a duration like 1h30m. */}}
{{- define "thulium-exporter.seconds" -}}
{{- $seconds := 0 -}}
{{- range $unit, $factor := dict "h" 3600 "m" 60 "s" 1 -}}
{{- with regexFind (printf "[0-9]+%s([0-9]|$)" $unit) $ -}}
{{- $seconds = add $seconds (mul $factor (regexFind "^[0-9]+" . | int)) -}}
{{- end -}}
{{- end -}}
{{- with regexFind "[0-9]+ms" . -}}
{{- $seconds = add $seconds (div (trimSuffix "ms" . | int) 1000) -}}
{{- end -}}
{{- $seconds -}}
{{- end -}}

{{- define "thulium-exporter.args" -}}
{{- $v := .Values -}}
{{- $args := list -}}
{{- if $v.demo -}}
{{- $args = append $args "demo" -}}
{{- else if include "thulium-exporter.hasConfig" . -}}
{{- $args = append $args (printf "--config.file=/etc/thulium_exporter/config/%s" (ternary "thulium_exporter.yml" $v.existingConfig.key (empty $v.existingConfig.secret))) -}}
{{- else if $v.thulium.url -}}
{{- $args = append $args (printf "--thulium.url=%s" $v.thulium.url) -}}
{{- if $v.thulium.allowHttp -}}{{- $args = append $args "--thulium.allow-http" -}}{{- end -}}
{{- with $v.thulium.username -}}{{- $args = append $args (printf "--thulium.username=%s" .) -}}{{- end -}}
{{- $args = append $args (printf "--thulium.password-file=/etc/thulium_exporter/passwords/%s" $v.thulium.passwordKey) -}}
{{- range $v.thulium.campaignIds -}}
{{- $args = append $args (printf "--thulium.campaign-id=%s" .) -}}
{{- end -}}
{{- end -}}
{{- if and $v.thulium.diagnose (not $v.demo) -}}{{- $args = append $args "--thulium.diagnose" -}}{{- end -}}
{{- $lists := dict "business.hours" $v.business.hours "business.holidays" $v.business.holidays "business.closed-date" $v.business.closedDates "business.open-date" $v.business.openDates -}}
{{- range $flag := keys $lists | sortAlpha -}}
{{- range get $lists $flag -}}
{{- $args = append $args (printf "--%s=%s" $flag .) -}}
{{- end -}}
{{- end -}}
{{- $flags := dict "business.time-zone" $v.business.timeZone "web.external-url" (include "thulium-exporter.externalUrl" .) "poll.interval" $v.poll.interval "poll.max-age" $v.poll.maxAge "stall.after" $v.stall.after "stall.until" $v.stall.until -}}
{{- if not $v.demo -}}{{- $_ := set $flags "thulium.timeout" $v.thulium.timeout -}}{{- end -}}
{{- if $v.state.enabled -}}{{- $_ := set $flags "state.file" "/var/lib/thulium_exporter/state.json" -}}{{- end -}}
{{- if $v.web.existingSecret -}}{{- $_ := set $flags "web.config.file" "/etc/thulium_exporter/web/web.yml" -}}{{- end -}}
{{- if include "thulium-exporter.hasConfig" . -}}{{- $_ := set $flags "config.auto-reload-interval" $v.reloadInterval -}}{{- end -}}
{{- range $flag := keys $flags | sortAlpha -}}
{{- with get $flags $flag -}}
{{- $args = append $args (printf "--%s=%v" $flag .) -}}
{{- end -}}
{{- end -}}
{{- $args = append $args (printf "--log.level=%s" $v.logLevel) -}}
{{- $args = append $args (printf "--log.format=%s" $v.logFormat) -}}
{{- toYaml (concat $args ($v.extraArgs | default list)) -}}
{{- end -}}
