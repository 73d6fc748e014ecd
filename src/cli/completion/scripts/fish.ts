export const fishScript: string = `# fish completion of millrace
function __millrace_complete
    set -l typed (commandline -opc)
    set -l word (commandline -ct)
    set -l program $typed[1]
    type -q -- $program; or set program millrace
    # What fish has unquoted is quoted again, as the last word still is.
    set -l answer ($program __complete --quoted -- (string escape -- $typed[2..-1]) "$word" 2>/dev/null </dev/null)
    set -l prefix (string match -r -- '^--[^=]*=' "$word")
    set -l path (string replace -r -- '^--[^=]*=' '' "$word")
    switch "$answer[1]"
        case :files
            string replace -r -- '^' "$prefix" (__fish_complete_path "$path")
        case :folders
            string replace -r -- '^' "$prefix" (__fish_complete_directories "$path" '')
        case :words
            string join \\n -- $answer[2..-1]
    end
end
complete -c millrace -f -a '(__millrace_complete)'
`
