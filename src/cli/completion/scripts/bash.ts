/** Works from bash 3.2 on, which macOS has. */
export const bashScript: string = `# bash completion of millrace
_millrace() {
  local IFS=$'\\n' program=\${COMP_WORDS[0]} word answer kind line value prefix i joined=
  local -a words=()
  COMPREPLY=()
  # Bash takes words apart at = and :, as in --output=json. Here they are put together again.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ \${#words[@]} -gt 0 && $word =~ ^[=:]+$ ]]; then
      words[\${#words[@]} - 1]+=$word
      joined=1
    elif [[ -n $joined ]]; then
      words[\${#words[@]} - 1]+=$word
      joined=
    else
      words+=("$word")
    fi
  done
  # Only the last part is replaced.
  [[ $word =~ ^[=:]+$ ]] && word=
  prefix=\${words[\${#words[@]} - 1]}
  prefix=\${prefix%"$word"}
  type -P -- "$program" >/dev/null || program=millrace
  answer=$("$program" __complete --quoted -- "\${words[@]}" 2>/dev/null </dev/null) || return
  kind=\${answer%%$'\\n'*}
  answer=\${answer#"$kind"}
  answer=\${answer#$'\\n'}
  case $kind in
    :files)
      compopt -o filenames 2>/dev/null
      while read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$answer")
      ;;
    :folders)
      compopt -o filenames 2>/dev/null
      while read -r line; do COMPREPLY+=("$line"); done < <(compgen -d -- "$answer")
      ;;
    :words)
      while read -r line; do
        [[ -n $line ]] || continue
        value=\${line%%$'\\t'*}
        [[ $word == [\\"\\']* ]] || printf -v value %q "$value"
        COMPREPLY+=("\${value#"$prefix"}")
      done <<<"$answer"
      ;;
  esac
}
complete -F _millrace millrace
`
