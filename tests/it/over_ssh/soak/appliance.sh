# The command line of a pretend appliance whose log is a file followed by the system's own tail, as
# the family's log-follow commands do. Called with its state folder, its host name and its role.
cd "$1" || exit 1
host=$2 role=$3 mode='>'
trap : INT

# Takes the fault of that name, which happens once.
fault() { mv "fault-$1" "taken-$1" 2>/dev/null; }

counter() {
    if fault half; then
        printf 'backend.ops.g'
        exit
    elif fault late; then
        sleep 14
    elif fault pager; then
        printf 'lines 1-24'
        sleep 14
    elif fault look-alikes; then
        printf '%s # \n%s (config) # \nbackend.ops.get: 5\n%s # ' "$host" "$host" "$host"
        sleep 0.01
        printf 'and more\n'
    fi
    printf 'backend.ops.get: %s\n' "$(cat counter)"
}

[ -e banner ] && head -c 1000000 /dev/zero | tr '\0' '#' | fold -w 200 && printf '\n'
printf '%s %s ' "$host" "$mode"
while IFS= read -r line; do
    printf '%s\n' "$line" >>typed
    case $line in
        enable) mode='#' ;;
        'show version') printf 'Product name: AltaVault\nProduct release: 4.4.1\n' ;;
        'show info') printf 'Serial: AV-%s\nModel: AVA400\n' "$role" ;;
        'show service') printf 'Service: running\n' ;;
        'show replication') printf 'Replication: enabled\n' ;;
        'show replication bucket') printf '%% not now\n' ;;
        'show log') cat log ;;
        'show log files '[1-9]) cat "log.${line##* }" 2>/dev/null || printf '%% No such log file.\n' ;;
        'show log continuous') tail -n 10 -f log ;;
        'rfsctl exec backend.ops.get') counter ;;
        'rfsctl exec replicator.num_threads') printf 'replicator.num_threads: 16\n' ;;
        'no cli session paging enable' | 'cli session '* | '') ;;
        exit) exit ;;
        *) printf '%% Unrecognized command "%s".\n' "$line" ;;
    esac
    printf '%s %s ' "$host" "$mode"
done
