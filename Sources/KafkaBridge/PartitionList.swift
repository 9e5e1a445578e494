// SPDX-License-Identifier: Apache-2.0
import CRdKafka

/// An owned `rd_kafka_topic_partition_list_t`: one owner, freed when it goes.
@safe struct PartitionList: ~Copyable {
    let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>
    private let balance = HandleBalance.noteCreated(.partitionList)

    init(capacity: Int = 8) {
        unsafe pointer = rd_kafka_topic_partition_list_new(Int32(clamping: capacity))
    }

    /// Takes a list that a call handed over.
    init(taking owned: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) { unsafe pointer = owned }

    init(_ partitions: some Collection<KafkaPartition>) {
        self.init(capacity: partitions.count)
        for partition in partitions { add(partition, offset: KafkaOffset.invalid) }
    }

    init(_ offsets: [KafkaPartition: Int64]) {
        self.init(capacity: offsets.count)
        for (partition, offset) in offsets { add(partition, offset: offset) }
    }

    deinit {
        unsafe rd_kafka_topic_partition_list_destroy(pointer)
        balance?.note(freed: .partitionList)
    }

    mutating func add(_ partition: KafkaPartition, offset: Int64) {
        guard let entry = unsafe rd_kafka_topic_partition_list_add(pointer, partition.topic, partition.partition)
        else { return }
        unsafe entry.pointee.offset = offset
    }

    /// Copies the offsets out. The first failed entry is thrown.
    func offsets(_ operation: String) throws(KafkaError) -> [KafkaPartition: Int64] {
        var result: [KafkaPartition: Int64] = [:]
        for (partition, offset, code) in unsafe entries(of: pointer) {
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
                throw KafkaError(code: code, operation: operation, at: partition)
            }
            result[partition] = offset
        }
        return result
    }
}

/// Copies a borrowed list.
func entries(
    of list: UnsafePointer<rd_kafka_topic_partition_list_t>
) -> [(partition: KafkaPartition, offset: Int64, code: rd_kafka_resp_err_t)] {
    var result: [(KafkaPartition, Int64, rd_kafka_resp_err_t)] = []
    let count = unsafe Int(list.pointee.cnt)
    result.reserveCapacity(count)
    guard let elements = unsafe list.pointee.elems else { return [] }
    for index in 0..<count {
        let element = unsafe elements[index]
        let partition = unsafe KafkaPartition(text(element.topic), element.partition)
        unsafe result.append((partition, element.offset, element.err))
    }
    return result
}
