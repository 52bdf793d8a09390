{{- define "proxyapi.name" -}}
{{- .Release.Name | trunc 53 | trimSuffix "-" -}}
{{- end -}}

{{- define "proxyapi.selector" -}}
app.kubernetes.io/name: proxyapi
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "proxyapi.labels" -}}
{{ include "proxyapi.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "proxyapi.secret" -}}
{{- .Values.secret.existingName | default (include "proxyapi.name" .) -}}
{{- end -}}

{{- define "proxyapi.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}
