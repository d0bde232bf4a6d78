{{- define "thulium-exporter.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "thulium-exporter.fullname" -}}
{{- $name := include "thulium-exporter.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "thulium-exporter.selectorLabels" -}}
app.kubernetes.io/name: {{ include "thulium-exporter.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "thulium-exporter.labels" -}}
{{ include "thulium-exporter.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
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
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- define "thulium-exporter.passwordSecret" -}}
{{- if .Values.passwords.existingSecret -}}
{{- .Values.passwords.existingSecret -}}
{{- else if .Values.passwords.create -}}
{{- include "thulium-exporter.fullname" . -}}
{{- end -}}
{{- end -}}

{{/* Whether a configuration file says what to ask. */}}
{{- define "thulium-exporter.hasConfig" -}}
{{- if or .Values.config .Values.existingConfig.secret }}true{{ end -}}
{{- end -}}

{{- define "thulium-exporter.scheme" -}}
{{- ternary "https" "http" .Values.web.tls -}}
{{- end -}}

{{/* What cannot work is refused, with a word on what to do. */}}
{{- define "thulium-exporter.validate" -}}
{{- $ways := 0 -}}
{{- range list .Values.demo .Values.thulium.url .Values.config .Values.existingConfig.secret -}}
{{- if . }}{{ $ways = add1 $ways }}{{ end -}}
{{- end -}}
{{- if gt (int $ways) 1 -}}
{{- fail "demo, thulium.url, config and existingConfig.secret exclude each other: set one" -}}
{{- end -}}
{{- if and (eq (int $ways) 0) (not .Values.extraEnv) (not .Values.extraEnvFrom) -}}
{{- fail "what to ask? Set thulium.url to the address of your Thulium system, config for many systems, or demo=true to try it without an account" -}}
{{- end -}}
{{- if and .Values.thulium.url (not (include "thulium-exporter.passwordSecret" .)) -}}
{{- fail "no password: set passwords.existingSecret to a Secret that holds it under the key thulium.passwordKey" -}}
{{- end -}}
{{- if regexMatch "(?m)^[ -]*(password|credentials|client_secret|bearer_token): *[^ \n]" (toYaml .Values.config) -}}
{{- fail "a password in config would be in a ConfigMap: put it into a Secret, name that as passwords.existingSecret, and write password_file: /etc/thulium_exporter/passwords/KEY" -}}
{{- end -}}
{{- if and .Values.sharding.enabled .Values.serviceMonitor.enabled (not .Values.scrapeConfig.enabled) -}}
{{- fail "with sharding, a ServiceMonitor alone would have each replica asked for each system: set scrapeConfig.enabled too" -}}
{{- end -}}
{{- if and (include "thulium-exporter.hasConfig" .) (or .Values.poll.interval .Values.poll.maxAge) -}}
{{- fail "poll is for one system: in a configuration write poll_interval and poll_max_age below defaults or a system" -}}
{{- end -}}
{{- if and .Values.scrapeConfig.enabled (not (include "thulium-exporter.hasConfig" .)) -}}
{{- fail "scrapeConfig is for many systems: set config or existingConfig.secret, or use serviceMonitor" -}}
{{- end -}}
{{- end -}}

{{- define "thulium-exporter.args" -}}
{{- if .Values.demo }}
- demo
{{- else if include "thulium-exporter.hasConfig" . }}
- --config.file=/etc/thulium_exporter/config/{{ ternary "thulium_exporter.yml" .Values.existingConfig.key (empty .Values.existingConfig.secret) }}
{{- else if .Values.thulium.url }}
- --thulium.url={{ .Values.thulium.url }}
- --thulium.username={{ .Values.thulium.username }}
- --thulium.password-file=/etc/thulium_exporter/passwords/{{ .Values.thulium.passwordKey }}
{{- range .Values.thulium.campaignIds }}
- --thulium.campaign-id={{ . }}
{{- end }}
{{- with .Values.thulium.timeout }}
- --thulium.timeout={{ . }}
{{- end }}
{{- end }}
{{- with .Values.poll.interval }}
- --poll.interval={{ . }}
{{- end }}
{{- with .Values.poll.maxAge }}
- --poll.max-age={{ . }}
{{- end }}
{{- if .Values.web.existingSecret }}
- --web.config.file=/etc/thulium_exporter/web/web.yml
{{- end }}
- --log.level={{ .Values.logLevel }}
- --log.format={{ .Values.logFormat }}
{{- with .Values.extraArgs }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* A probe. The web configuration may want a password, which a kubelet has not. */}}
{{- define "thulium-exporter.probe" -}}
{{- if .root.Values.web.existingSecret }}
exec:
  command: [/thulium_exporter, health, "{{ include "thulium-exporter.scheme" .root }}://localhost:10069/-/{{ .question }}"]
{{- else }}
httpGet: {path: /-/{{ .question }}, port: http}
{{- end }}
{{ toYaml .settings }}
{{- end -}}

{{- define "thulium-exporter.pod" -}}
metadata:
  labels:
    {{- include "thulium-exporter.labels" . | nindent 4 }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    kubectl.kubernetes.io/default-container: thulium-exporter
    {{- if .Values.config }}
    checksum/config: {{ toYaml .Values.config | sha256sum }}
    {{- end }}
    {{- with .Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "thulium-exporter.serviceAccountName" . }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}
  securityContext:
    {{- toYaml .Values.podSecurityContext | nindent 4 }}
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  containers:
    - name: thulium-exporter
      image: {{ include "thulium-exporter.image" . }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      args:
        {{- include "thulium-exporter.args" . | trim | nindent 8 }}
      {{- with .Values.extraEnv }}
      env:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.extraEnvFrom }}
      envFrom:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      ports:
        - {name: http, containerPort: 10069}
      livenessProbe:
        {{- include "thulium-exporter.probe" (dict "root" . "question" "healthy" "settings" .Values.livenessProbe) | trim | nindent 8 }}
      readinessProbe:
        {{- include "thulium-exporter.probe" (dict "root" . "question" "ready" "settings" .Values.readinessProbe) | trim | nindent 8 }}
      securityContext:
        {{- toYaml .Values.securityContext | nindent 8 }}
      resources:
        {{- toYaml .Values.resources | nindent 8 }}
      volumeMounts:
        {{- include "thulium-exporter.mounts" . | trim | default "[]" | nindent 8 }}
  volumes:
    {{- include "thulium-exporter.volumes" . | trim | default "[]" | nindent 4 }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if .Values.topologySpreadConstraints }}
  topologySpreadConstraints:
    {{- $selector := dict "labelSelector" (dict "matchLabels" (include "thulium-exporter.selectorLabels" . | fromYaml)) }}
    {{- range .Values.topologySpreadConstraints }}
    - {{- toYaml (merge (dict) . $selector) | nindent 6 }}
    {{- end }}
  {{- end }}
{{- end -}}

{{- define "thulium-exporter.mounts" -}}
{{- if include "thulium-exporter.hasConfig" . }}
- {name: config, mountPath: /etc/thulium_exporter/config, readOnly: true}
{{- end }}
{{- if include "thulium-exporter.passwordSecret" . }}
- {name: passwords, mountPath: /etc/thulium_exporter/passwords, readOnly: true}
{{- end }}
{{- if .Values.web.existingSecret }}
- {name: web, mountPath: /etc/thulium_exporter/web, readOnly: true}
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "thulium-exporter.volumes" -}}
{{- if .Values.existingConfig.secret }}
- name: config
  secret: {secretName: {{ .Values.existingConfig.secret }}, defaultMode: 288} # 0440
{{- else if .Values.config }}
- name: config
  configMap: {name: {{ include "thulium-exporter.fullname" . }}}
{{- end }}
{{- with include "thulium-exporter.passwordSecret" . }}
- name: passwords
  secret: {secretName: {{ . }}, defaultMode: 288} # 0440
{{- end }}
{{- with .Values.web.existingSecret }}
- name: web
  secret: {secretName: {{ . }}, defaultMode: 288} # 0440
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Metadata of an object for the Prometheus Operator or Grafana. */}}
{{- define "thulium-exporter.metadata" -}}
name: {{ include "thulium-exporter.fullname" .root }}
namespace: {{ .values.namespace | default .root.Release.Namespace }}
labels:
  {{- include "thulium-exporter.labels" .root | nindent 2 }}
  {{- with .values.labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}
