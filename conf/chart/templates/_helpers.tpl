{{- define "fastroom.name" -}}
{{- if contains "fastroom" .Release.Name }}{{ .Release.Name | trunc 50 }}{{ else }}{{ printf "%s-fastroom" .Release.Name | trunc 50 }}{{ end }}
{{- end }}

{{- define "fastroom.selector" -}}
app.kubernetes.io/name: fastroom
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "fastroom.labels" -}}
{{ include "fastroom.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "fastroom.image" -}}
{{- $tag := .Values.image.tag | default .Chart.AppVersion -}}
{{ .Values.image.repository }}{{ if hasPrefix "sha256:" $tag }}@{{ else }}:{{ end }}{{ $tag }}
{{- end }}

{{- define "fastroom.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "fastroom.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}
