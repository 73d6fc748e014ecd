/** For a folder of $fpath, and for eval. */
export const zshScript: string = `#compdef millrace
_millrace() {
  local program=$words[1] line value
  local -a answer candidates
  (( $+commands[$program] )) || [[ -x $program ]] || program=millrace
  answer=("\${(@f)$("$program" __complete --quoted -- "\${(@)words[2,CURRENT]}" 2>/dev/null </dev/null)}")
  case $answer[1] in
    :files)
      [[ $PREFIX == --*=* ]] && compset -P 1 '*='
      _files
      ;;
    :folders)
      [[ $PREFIX == --*=* ]] && compset -P 1 '*='
      _files -/
      ;;
    :words)
      for line in "\${(@)answer[2,-1]}"; do
        value=\${line%%$'\\t'*}
        # A colon ends the word for _describe.
        candidates+=("\${value//:/\\\\:}\${\${line#$value}/$'\\t'/:}")
      done
      _describe -V millrace candidates
      ;;
  esac
}
if [[ $funcstack[1] == _millrace ]]; then
  _millrace "$@"
else
  compdef _millrace millrace
fi
`
